(* Poly.v - sparse multivariate polynomials over Z, with semantics in any commutative ring.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Setoid Morphisms Lia.
From Coq Require Import Ring_theory Ring InitialRing.
Import ListNotations.

Definition mono := list positive.            (* product of variables, with repetition *)
Definition poly := list (mono * Z).

Fixpoint mmerge (l1 : mono) : mono -> mono :=
  match l1 with
  | [] => fun l2 => l2
  | a :: l1' =>
      fix aux (l2 : mono) : mono :=
        match l2 with
        | [] => a :: l1'
        | b :: l2' => if (a <=? b)%positive then a :: mmerge l1' l2 else b :: aux l2'
        end
  end.

Fixpoint mcmp (a b : mono) : comparison :=
  match a, b with
  | [], [] => Eq | [], _ => Lt | _, [] => Gt
  | x :: a', y :: b' => match Pos.compare x y with Eq => mcmp a' b' | c => c end
  end.

Lemma mcmp_eq a : forall b, mcmp a b = Eq -> a = b.
Proof.
  induction a as [|x a IH]; intros [|y b]; simpl; try discriminate; auto.
  destruct (Pos.compare x y) eqn:E; try discriminate. intros H.
  apply Pos.compare_eq in E. subst. f_equal. auto.
Qed.

Fixpoint padd (p : poly) : poly -> poly :=
  match p with
  | [] => fun q => q
  | (m, c) :: p' =>
      fix aux (q : poly) : poly :=
        match q with
        | [] => (m, c) :: p'
        | (m', c') :: q' =>
            match mcmp m m' with
            | Eq => let s := (c + c')%Z in if Z.eqb s 0 then padd p' q' else (m, s) :: padd p' q'
            | Lt => (m, c) :: padd p' q
            | Gt => (m', c') :: aux q'
            end
        end
  end.

Fixpoint pairs (ls : list poly) : list poly :=
  match ls with a :: b :: t => padd a b :: pairs t | _ => ls end.

Fixpoint mergeall (fuel : nat) (ls : list poly) : poly :=
  match fuel with
  | O => fold_right padd [] ls
  | S f => match ls with [] => [] | [p] => p | _ => mergeall f (pairs ls) end
  end.

Definition norm (p : poly) : poly :=
  mergeall 64 (map (fun t => [t]) (filter (fun t => negb (Z.eqb (snd t) 0)) p)).

Definition mulmono (m : mono) (c : Z) (p : poly) : poly := map (fun t => (mmerge m (fst t), (c * snd t)%Z)) p.
Definition pmul (p q : poly) : poly := norm (flat_map (fun t => mulmono (fst t) (snd t) q) p).
Definition popp (p : poly) : poly := map (fun t => (fst t, Z.opp (snd t))) p.

(* directional derivative along X, by Leibniz on the representation; X maps a variable to its velocity *)
Fixpoint lie_mono (X : positive -> poly) (pre m : mono) (c : Z) : poly :=
  match m with
  | [] => []
  | a :: m' => mulmono (rev_append pre m') c (X a) ++ lie_mono X (a :: pre) m' c
  end.
Definition lie (X : positive -> poly) (p : poly) : poly :=
  norm (flat_map (fun t => lie_mono X [] (fst t) (snd t)) p).

Definition subst (s : positive -> poly) (p : poly) : poly :=
  norm (flat_map (fun t => fold_right (fun a acc => pmul (s a) acc) [([], snd t)] (fst t)) p).

Definition onvars (S : positive -> bool) (p : poly) : bool := forallb (fun t => forallb S (fst t)) p.

(* A commutative ring with Leibniz equality: the semantics of everything below is in an arbitrary one. *)
Record cring := Ring {
  car :> Type;
  c0 : car; c1 : car;
  cadd : car -> car -> car; cmul : car -> car -> car; csub : car -> car -> car; copp : car -> car;
  cth : ring_theory c0 c1 cadd cmul csub copp eq }.
Declare Scope cring_scope.
Delimit Scope cring_scope with cring.
Arguments c0 {c}. Arguments c1 {c}. Arguments cadd {c}. Arguments cmul {c}. Arguments csub {c}.
  Arguments copp {c}.
Notation "0" := c0 : cring_scope. Notation "1" := c1 : cring_scope.
Infix "+" := cadd : cring_scope. Infix "*" := cmul : cring_scope. Infix "-" := csub : cring_scope.
Notation "- x" := (copp x) : cring_scope.

Section Sem.
  Variable R : cring.
  Notation R_ := (car R).
  Open Scope cring_scope.
  Add Ring RR : (cth R).
  Local Lemma Reqe : ring_eq_ext (@cadd R) cmul copp eq. Proof. constructor; congruence. Qed.
  Local Lemma Rsth : Equivalence (@eq R). Proof. exact eq_equivalence. Qed.

  Definition phi : Z -> R := gen_phiZ 0 1 cadd cmul copp.
  Lemma phiM : ring_morph 0 1 cadd cmul csub copp eq 0%Z 1%Z Z.add Z.mul Z.sub Z.opp Zeq_bool phi.
  Proof. exact (gen_phiZ_morph Rsth Reqe (cth R)). Qed.
  Lemma phi0 : phi 0%Z = 0. Proof. exact (morph0 phiM). Qed.
  Lemma phi1 : phi 1%Z = 1. Proof. exact (morph1 phiM). Qed.
  Lemma phi_add x y : phi (x + y)%Z = phi x + phi y. Proof. exact (morph_add phiM x y). Qed.
  Lemma phi_mul x y : phi (x * y)%Z = phi x * phi y. Proof. exact (morph_mul phiM x y). Qed.
  Lemma phi_opp x : phi (Z.opp x) = - phi x. Proof. exact (morph_opp phiM x). Qed.

  Section Env.
  Variable rho : positive -> R.
  Fixpoint meval (m : mono) : R := match m with [] => 1 | a :: m' => rho a * meval m' end.
  Fixpoint peval (p : poly) : R := match p with [] => 0 | (m, c) :: p' => phi c * meval m + peval p' end.

  Lemma meval_merge a : forall b, meval (mmerge a b) = meval a * meval b.
  Proof.
    induction a as [|x a IH]; intros b; [simpl; ring|].
    induction b as [|y b IHb]; [simpl; ring|].
    change (mmerge (x :: a) (y :: b)) with (if (x <=? y)%positive then x :: mmerge a (y :: b)
      else y :: mmerge (x :: a) b).
    destruct (x <=? y)%positive.
    - cbn [meval]. rewrite IH. cbn [meval]. ring.
    - cbn [meval]. rewrite IHb. cbn [meval]. ring.
  Qed.

  Lemma peval_add p : forall q, peval (padd p q) = peval p + peval q.
  Proof.
    induction p as [|[m c] p IH]; intros q; [simpl; ring|].
    induction q as [|[m' c'] q IHq]; [simpl; ring|].
    change (padd ((m, c) :: p) ((m', c') :: q)) with
      (match mcmp m m' with
       | Eq => let s := (c + c')%Z in if Z.eqb s 0 then padd p q else (m, s) :: padd p q
       | Lt => (m, c) :: padd p ((m', c') :: q)
       | Gt => (m', c') :: padd ((m, c) :: p) q end).
    destruct (mcmp m m') eqn:E.
    - apply mcmp_eq in E. subst m'. cbv zeta. destruct (Z.eqb_spec (c + c') 0) as [Z0|Z0].
      + rewrite IH. simpl. assert (H : phi c + phi c' = 0) by (rewrite <- phi_add, Z0; apply phi0).
        transitivity ((phi c + phi c') * meval m + (peval p + peval q)); [rewrite H; ring|ring].
      + simpl. rewrite IH, phi_add. ring.
    - cbn [peval]. rewrite IH. cbn [peval]. ring.
    - cbn [peval]. rewrite IHq. cbn [peval]. ring.
  Qed.

  Lemma peval_app p q : peval (p ++ q) = peval p + peval q.
  Proof. induction p as [|[m c] p IH]; simpl; [ring|rewrite IH; ring]. Qed.

  Fixpoint psum (ls : list poly) : R := match ls with [] => 0 | p :: t => peval p + psum t end.
  Lemma psum_pairs : forall ls, psum (pairs ls) = psum ls.
  Proof.
    fix F 1. intros [|a [|b t]]; try reflexivity. simpl. rewrite peval_add, F. ring.
  Qed.
  Lemma mergeall_ok fuel : forall ls, peval (mergeall fuel ls) = psum ls.
  Proof.
    induction fuel as [|f IH]; intros ls.
    - induction ls as [|a t IHt]; [reflexivity|]. simpl in *. rewrite peval_add, IHt. reflexivity.
    - simpl. destruct ls as [|a [|b t]]; [reflexivity|simpl; ring|].
      rewrite IH. apply psum_pairs.
  Qed.
  Lemma peval_norm p : peval (norm p) = peval p.
  Proof.
    unfold norm. rewrite mergeall_ok. induction p as [|[m c] p IH]; [reflexivity|].
    simpl. destruct (Z.eqb_spec c 0) as [E|E]; simpl.
    - rewrite IH. subst c. rewrite phi0. ring.
    - rewrite IH. ring.
  Qed.

  Lemma peval_mulmono m c p : peval (mulmono m c p) = phi c * meval m * peval p.
  Proof.
    induction p as [|[m' c'] p IH]; [simpl; ring|].
    change (mulmono m c ((m', c') :: p)) with ((mmerge m m', (c * c')%Z) :: mulmono m c p).
    cbn [peval]. rewrite IH, meval_merge, phi_mul. ring.
  Qed.
  Lemma peval_mul p q : peval (pmul p q) = peval p * peval q.
  Proof.
    unfold pmul. rewrite peval_norm. induction p as [|[m c] p IH]; simpl; [ring|].
    rewrite peval_app, IH, peval_mulmono. ring.
  Qed.
  Lemma peval_opp p : peval (popp p) = - peval p.
  Proof. induction p as [|[m c] p IH]; [simpl; ring|].
    change (popp ((m, c) :: p)) with ((m, Z.opp c) :: popp p). cbn [peval]. rewrite IH, phi_opp. ring. Qed.

  (* semantic directional derivative with velocities v *)
  Section Dir.
  Variable v : positive -> R.
  Fixpoint dm (m : mono) : R := match m with [] => 0 | a :: m' => v a * meval m' + rho a * dm m' end.
  Fixpoint dp (p : poly) : R := match p with [] => 0 | (m, c) :: p' => phi c * dm m + dp p' end.
  End Dir.

  Lemma meval_revapp pre m : meval (rev_append pre m) = meval pre * meval m.
  Proof. revert m. induction pre as [|a pre IH]; intros m; simpl; [ring|]. rewrite IH. simpl. ring. Qed.

  Lemma lie_mono_ok X m : forall pre c,
    peval (lie_mono X pre m c) = phi c * (meval pre * dm (fun a => peval (X a)) m).
  Proof.
    induction m as [|a m IH]; intros pre c; simpl; [ring|].
    rewrite peval_app, IH, peval_mulmono, meval_revapp. simpl. ring.
  Qed.
  Theorem lie_ok X p : peval (lie X p) = dp (fun a => peval (X a)) p.
  Proof.
    unfold lie. rewrite peval_norm. induction p as [|[m c] p IH]; simpl; [ring|].
    rewrite peval_app, IH, lie_mono_ok. simpl. ring.
  Qed.

  Lemma dm_ext S v w m : (forall a, S a = true -> v a = w a) -> forallb S m = true -> dm v m = dm w m.
  Proof.
    intros H. induction m as [|a m IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (H a E1), (IH E2). reflexivity.
  Qed.
  Lemma dp_ext S v w p : (forall a, S a = true -> v a = w a) -> onvars S p = true -> dp v p = dp w p.
  Proof.
    intros H. induction p as [|[m c] p IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (dm_ext S v w m H E1), (IH E2). reflexivity.
  Qed.
  Lemma dm_lin v w x m : dm (fun a => v a + x * w a) m = dm v m + x * dm w m.
  Proof. induction m as [|a m IH]; simpl; [ring|rewrite IH; ring]. Qed.
  Lemma dp_lin v w x p : dp (fun a => v a + x * w a) p = dp v p + x * dp w p.
  Proof. induction p as [|[m c] p IH]; simpl; [ring|rewrite IH, dm_lin; ring]. Qed.
  Lemma dp_0 p : dp (fun _ => 0) p = 0.
  Proof.
    assert (M : forall m, dm (fun _ => 0) m = 0) by (induction m as [|a m IH]; simpl; [reflexivity|rewrite IH;
      ring]).
    induction p as [|[m c] p IH]; simpl; [reflexivity|rewrite IH, M; ring].
  Qed.
  End Env.

  Lemma meval_ext S r1 r2 m : (forall a, S a = true -> r1 a = r2 a) -> forallb S m = true ->
    meval r1 m = meval r2 m.
  Proof.
    intros H. induction m as [|a m IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (H a E1), (IH E2). reflexivity.
  Qed.
  Lemma peval_ext S r1 r2 p : (forall a, S a = true -> r1 a = r2 a) -> onvars S p = true ->
    peval r1 p = peval r2 p.
  Proof.
    intros H. induction p as [|[m c] p IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (meval_ext S r1 r2 m H E1), (IH E2). reflexivity.
  Qed.
  Lemma peval_ext' r1 r2 p : (forall a, r1 a = r2 a) -> peval r1 p = peval r2 p.
  Proof.
    intros H. apply (peval_ext (fun _ => true)); auto.
    unfold onvars. apply forallb_forall. intros. apply forallb_forall. auto.
  Qed.
  Lemma dm_rho_ext S r1 r2 v m : (forall a, S a = true -> r1 a = r2 a) -> forallb S m = true ->
    dm r1 v m = dm r2 v m.
  Proof.
    intros H. induction m as [|a m IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (H a E1), (IH E2), (meval_ext S r1 r2 m H E2).
      reflexivity.
  Qed.
  Lemma dp_rho_ext S r1 r2 v p : (forall a, S a = true -> r1 a = r2 a) -> onvars S p = true ->
    dp r1 v p = dp r2 v p.
  Proof.
    intros H. induction p as [|[m c] p IH]; simpl; [reflexivity|].
    intros E. apply andb_prop in E as [E1 E2]. rewrite (dm_rho_ext S r1 r2 v m H E1), (IH E2). reflexivity.
  Qed.

  Lemma subst_ok s rho p : peval rho (subst s p) = peval (fun a => peval rho (s a)) p.
  Proof.
    unfold subst. rewrite peval_norm. induction p as [|[m c] p IH]; simpl; [reflexivity|].
    rewrite peval_app, IH. f_equal.
    clear IH. induction m as [|a m IH]; simpl; [ring|]. rewrite peval_mul, IH. ring.
  Qed.

  (* chain rule in an arbitrary differential ring: D any derivation *)
  Section Deriv.
  Variable D : R -> R.
  Hypothesis Dext : forall x y, x = y -> D x = D y.
  Hypothesis Dadd : forall x y, D (x + y) = D x + D y.
  Hypothesis Dmul : forall x y, D (x * y) = D x * y + x * D y.
  Lemma D0 : D 0 = 0.
  Proof.
    assert (H : D 0 = D 0 + D 0) by (rewrite <- Dadd; apply Dext; ring).
    transitivity (D 0 + D 0 - D 0); [ring|]. rewrite <- H. ring.
  Qed.
  Lemma D1 : D 1 = 0.
  Proof.
    assert (H : D 1 = D 1 + D 1) by (transitivity (D (1 * 1)); [apply Dext; ring|rewrite Dmul; ring]).
    transitivity (D 1 + D 1 - D 1); [ring|]. rewrite <- H. ring.
  Qed.
  Lemma Dopp x : D (- x) = - D x.
  Proof.
    assert (H : D (- x) + D x = 0) by (rewrite <- Dadd; rewrite <- D0; apply Dext; ring).
    transitivity (D (- x) + D x - D x); [ring|]. rewrite H. ring.
  Qed.
  Lemma Dphi z : D (phi z) = 0.
  Proof.
    assert (P : forall n, (0 <= n)%Z -> D (phi n) = 0).
    { intros n Hn. pattern n. apply natlike_ind; auto.
      - rewrite (Dext _ _ phi0). apply D0.
      - intros x _ IH. unfold Z.succ. rewrite (Dext _ _ (phi_add x 1)), Dadd, IH, (Dext _ _ phi1), D1. ring. }
    destruct (Z_le_gt_dec 0 z); auto.
    assert (E : z = Z.opp (Z.opp z)) by lia. rewrite E.
    rewrite (Dext _ _ (phi_opp _)), Dopp, P by lia. ring.
  Qed.
  Theorem chain rho p : D (peval rho p) = dp rho (fun a => D (rho a)) p.
  Proof.
    induction p as [|[m c] p IH]; simpl; [apply D0|].
    rewrite Dadd, Dmul, Dphi, IH.
    assert (M : D (meval rho m) = dm rho (fun a => D (rho a)) m).
    { clear IH. induction m as [|a m IH]; simpl; [apply D1|]. rewrite Dmul, IH. reflexivity. }
    rewrite M. ring.
  Qed.
  End Deriv.
End Sem.
